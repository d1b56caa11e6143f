# A look-up in three maps, by the number of entries: hits on the left, misses on the right.
set xlabel 'entries'
set logscale x 2
set format x '2^{%L}'
set xtics 1024, 16
set xrange [700:*]
set logscale y 2
set yrange [4:512]
set grid ytics
set key top left
entries(row) = real(row)
set multiplot layout 1,2
set ylabel 'ns a hit'
plot $versions_hits using (entries(strcol(1))):2 with linespoints lw 2 pt 7 lc 1 title 'Go 1.23', \
     '' using (entries(strcol(1))):3 with linespoints lw 2 dt 2 pt 6 lc 1 title 'Go 1.23 by word', \
     '' using (entries(strcol(1))):4 with linespoints lw 2 pt 5 lc 2 title 'Go 1.24', \
     '' using (entries(strcol(1))):5 with linespoints lw 2 pt 9 lc 4 title 'Rust'
set ylabel 'ns a miss'
unset key
plot $versions_misses using (entries(strcol(1))):2 with linespoints lw 2 pt 7 lc 1, \
     '' using (entries(strcol(1))):3 with linespoints lw 2 dt 2 pt 6 lc 1, \
     '' using (entries(strcol(1))):4 with linespoints lw 2 pt 5 lc 2, \
     '' using (entries(strcol(1))):5 with linespoints lw 2 pt 9 lc 4
unset multiplot
