# The most entries that one put moves, while the map grows: three designs.
set logscale xy
set format xy '10^{%T}'
set xlabel 'entries in the map, fewer than'
set ylabel 'most entries moved by one put'
set key top left
set grid
set yrange [1:2e6]
place(n) = real(strcol(n))
plot $versions_moved using (place(1)):4 with linespoints lw 2 pt 5 lc rgb '#D55E00' \
         title 'Rust: one flat table', \
     '' using (place(1)):3 with linespoints lw 2 pt 7 lc rgb '#0072B2' \
         title 'Go 1.24: tables, split', \
     '' using (place(1)):2 with linespoints lw 2 pt 9 lc rgb '#009E73' \
         title 'Go 1.23: buckets, evacuated'
