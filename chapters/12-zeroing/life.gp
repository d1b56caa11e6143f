# The life of the channels: HeapAlloc and resident bytes at each step; columns of $versions_life:
# step, heapalloc, retained, before, regressed, fixed.
set ylabel "MiB"
set key above
set xtics rotate by -40 left font ',11' noenhanced
set xrange [-0.5:15.5]
set yrange [0:*]
set grid ytics lc rgb '#dddddd'
MiB = 1048576.0
plot $versions_life using 0:($5/MiB):xtic(1) with linespoints lw 6 pt 7 lc rgb '#e69f00' title "resident, Go 1.24.0", \
     $versions_life using 0:($4/MiB) with linespoints lw 3 pt 9 lc rgb '#0072b2' title "resident, Go 1.23 and fixed", \
     $versions_life using 0:($2/MiB) with linespoints lw 2 dt 3 pt 6 lc rgb '#000000' title "HeapAlloc, all three"
