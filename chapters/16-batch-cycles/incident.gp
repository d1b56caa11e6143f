# What lives when a cycle's records are in; columns of $retain_heap: cycle, records, value,
# delete, clear, fresh, presized, pointers, rust. The limit is the second column of
# $retain_resident, the kill stands in $retain_end (killed in, HeapInuse).
set xlabel "cycle"
set ylabel "live, MB (at the scale of the run)"
set key outside top center horizontal width 1
set xtics 1
set xrange [0.5:14.5]
set yrange [0:40]
set grid ytics lc rgb '#dddddd'
MB = 1e6
plot $retain_resident using ($0+1):($2/MB) with lines lw 2 dt 2 lc rgb '#666666' title "limit", \
     $retain_heap using ($0+1):($4/MB) with linespoints lw 3 pt 7 lc rgb '#d55e00' title "delete loop, clear", \
     $retain_heap using ($0+1):($6/MB) with linespoints lw 3 pt 5 lc rgb '#0072b2' title "fresh map", \
     $retain_heap using ($0+1):($9/MB) with linespoints lw 2 pt 9 dt 3 lc rgb '#000000' title "Rust, shrunk", \
     $retain_heap using ($0+1):($8/MB) with linespoints lw 2 pt 4 dt 4 lc rgb '#009e73' title "pointer values", \
     $retain_end every ::0::0 using 4:($5/MB) with points pt 2 ps 2 lw 4 lc rgb '#d55e00' title "refused"
