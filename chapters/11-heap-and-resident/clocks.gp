# Heap and resident, second by second; columns of $retain_clocks:
# second, HeapAlloc, HeapInuse, HeapReleased, resident.
set xlabel "second"
set ylabel "MiB"
set key outside top center horizontal
set xrange [0:25]
set yrange [0:*]
set offsets 0, 0, graph 0.18, 0
set grid ytics lc rgb '#dddddd'
MiB = 1048576.0
set label 1 "drop" at 10, graph 0.97 center
set label 2 "collect" at 13, graph 0.90 center
set label 3 "collect" at 20, graph 0.90 center
set label 4 "give back" at 23, graph 0.97 center
do for [x in "10 13 20 23"] { set arrow from x, graph 0 to x, graph 0.87 nohead dt 3 lc rgb '#888888' }
plot $retain_clocks using ($0+1):($5/MiB) with linespoints lw 3 pt 7 lc rgb '#d55e00' title "resident", \
     $retain_clocks using ($0+1):($3/MiB) with linespoints lw 2 pt 4 lc rgb '#0072b2' title "HeapInuse", \
     $retain_clocks using ($0+1):($2/MiB) with linespoints lw 2 pt 9 lc rgb '#000000' title "HeapAlloc"
