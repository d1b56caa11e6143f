# HeapAlloc, step by step; columns of $retain_teeth: step, GOGC 50, 100, 200, limit.
set xlabel "step"
set ylabel "HeapAlloc, MiB"
set key outside top center horizontal
set xrange [0:24]
set yrange [0:*]
set grid ytics lc rgb '#dddddd'
MiB = 1048576.0
plot $retain_teeth using ($0+1):($4/MiB) with linespoints lw 2 pt 7 lc rgb '#d55e00' title "GOGC 200", \
     $retain_teeth using ($0+1):($3/MiB) with linespoints lw 3 pt 5 lc rgb '#000000' title "GOGC 100", \
     $retain_teeth using ($0+1):($2/MiB) with linespoints lw 2 pt 9 lc rgb '#0072b2' title "GOGC 50", \
     $retain_teeth using ($0+1):($5/MiB) with linespoints lw 2 pt 4 dt 2 lc rgb '#009e73' title "limit"
