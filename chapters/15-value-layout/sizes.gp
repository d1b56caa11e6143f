# Bytes of a full map and of an emptied one against the size of its values; columns of
# $retain_sizes: size, inline slot, inline full, inline kept, pointer full, pointer kept.
set xlabel "bytes of a value"
set ylabel "HeapAlloc, MiB"
set key outside top center horizontal maxrows 2
set xrange [0:264]
set yrange [0:*]
set xtics (8, 32, 64, 96, 128, 160, 192, 224, 256)
set grid ytics lc rgb '#dddddd'
set arrow from 128.5, graph 0 to 128.5, graph 1 nohead dt 3 lc rgb '#888888'
MiB = 1048576.0
plot $retain_sizes using (real(stringcolumn(1))):(column(3)/MiB) with lines lw 4 lc rgb '#d55e00' title "in the slot, full", \
     $retain_sizes using (real(stringcolumn(1))):(column(4)/MiB) with points pt 7 ps 0.8 lc rgb '#d55e00' title "in the slot, all deleted", \
     $retain_sizes using (real(stringcolumn(1))):(column(5)/MiB) with linespoints lw 1.5 pt 9 ps 0.8 lc rgb '#0072b2' title "pointer, full", \
     $retain_sizes using (real(stringcolumn(1))):(column(6)/MiB) with points pt 4 ps 0.8 lc rgb '#0072b2' title "pointer, all deleted"
