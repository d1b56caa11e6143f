# Bytes of the full map over the cycles of the spiky trace; columns of $bench_spiky:
# cycle, entries, keep, fit, estimate, last, drop.
set xlabel "cycle"
set ylabel "bytes of the full map, MiB"
set key at graph 0.97, graph 0.75 right
set xtics 1
set xrange [0.5:14.5]
set yrange [0:*]
set grid ytics lc rgb '#dddddd'
MiB = 1048576.0
plot $bench_spiky using ($0+1):($3/MiB) with linespoints lw 3 pt 7 lc rgb '#d55e00' title "keep", \
     $bench_spiky using ($0+1):($6/MiB) with linespoints lw 2 pt 9 dt 2 lc rgb '#0072b2' title "shrink to this cycle", \
     $bench_spiky using ($0+1):($5/MiB) with linespoints lw 2 pt 4 dt 4 lc rgb '#000000' title "shrink to the estimate"
