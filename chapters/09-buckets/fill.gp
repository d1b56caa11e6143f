# Bytes of three maps while they are filled; columns of $versions_fill: part, entries,
# Go 23, Go 24, Rust.
set xlabel "entries, thousands"
set ylabel "bytes of the map, MiB"
set key top left
set xrange [0:1100]
set yrange [0:*]
set grid ytics lc rgb '#dddddd'
MiB = 1048576.0
plot $versions_fill using ($2/1000.0):($3/MiB) with linespoints lw 2 pt 7 lc rgb '#d55e00' title "Go 1.23", \
     $versions_fill using ($2/1000.0):($4/MiB) with linespoints lw 2 pt 9 dt 2 lc rgb '#0072b2' title "Go 1.24", \
     $versions_fill using ($2/1000.0):($5/MiB) with linespoints lw 2 pt 4 dt 4 lc rgb '#000000' title "Rust"
