# The kernel's count beside the heap's. Columns of $retain_resident: cycle, limit, delete, clear,
# fresh, presized, pointers, rust; of $retain_heap: cycle, records, value, delete, clear, fresh.
set xlabel "cycle"
set ylabel "MB (at the scale of the run)"
set key outside top center horizontal width 1
set xtics 1
set xrange [0.5:14.5]
set yrange [0:40]
set grid ytics lc rgb '#dddddd'
MB = 1e6
plot $retain_resident using ($0+1):($2/MB) with lines lw 2 dt 2 lc rgb '#666666' title "limit", \
     $retain_resident using ($0+1):($3/MB) with linespoints lw 3 pt 7 lc rgb '#d55e00' title "delete loop, resident", \
     $retain_heap using ($0+1):($4/MB) with lines lw 1 lc rgb '#d55e00' title "delete loop, live", \
     $retain_resident using ($0+1):($5/MB) with linespoints lw 3 pt 5 lc rgb '#0072b2' title "fresh map, resident", \
     $retain_heap using ($0+1):($6/MB) with lines lw 1 lc rgb '#0072b2' title "fresh map, live", \
     $retain_end every ::0::0 using 4:($5/MB) with points pt 2 ps 2 lw 4 lc rgb '#d55e00' title "refused"
