# A look-up in three maps, by the number of entries.
set xlabel 'entries'
set ylabel 'ns a look-up'
set logscale x 2
set format x '2^{%L}'
set xrange [896:*]
set yrange [0:*]
set key top left
set grid ytics
entries(row) = real(row)
plot $versions_times using (entries(strcol(1))):2 with linespoints lw 2 pt 7 lc 1 title 'Go 1.23 hit', \
     '' using (entries(strcol(1))):3 with linespoints lw 2 pt 5 lc 2 title 'Go 1.24 hit', \
     '' using (entries(strcol(1))):4 with linespoints lw 2 pt 9 lc 4 title 'Rust hit', \
     '' using (entries(strcol(1))):5 with linespoints lw 1 dt 2 pt 6 lc 1 title 'Go 1.23 miss', \
     '' using (entries(strcol(1))):6 with linespoints lw 1 dt 2 pt 4 lc 2 title 'Go 1.24 miss', \
     '' using (entries(strcol(1))):7 with linespoints lw 1 dt 2 pt 8 lc 4 title 'Rust miss'
