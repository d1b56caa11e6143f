# Memory over the day, without and with the fix; columns of $retain_memory:
# tick, pool kept, evicted, cache kept, rebuilt, retry kept, fresh.
set terminal svg size 800,820 dynamic background rgb 'white' font 'sans-serif,14'
set multiplot layout 3,1
MiB = 1048576.0
set xrange [0:31]
set yrange [0:*]
set xtics 2
set lmargin 9
set key center right
set grid ytics lc rgb '#dddddd'
set object 1 rectangle from 6, graph 0 to 13, graph 1 behind fc rgb '#f0f0f0' fs border lc rgb '#f0f0f0'
set ylabel "pool, MiB"
plot $retain_memory using 0:($2/MiB) with linespoints lw 4 pt 7 lc rgb '#d55e00' title "nothing is closed", \
     $retain_memory using 0:($3/MiB) with linespoints lw 2 pt 9 lc rgb '#0072b2' title "idle eviction"
set ylabel "cache, MiB"
plot $retain_memory using 0:($4/MiB) with linespoints lw 4 pt 7 lc rgb '#d55e00' title "entries expire", \
     $retain_memory using 0:($5/MiB) with linespoints lw 2 pt 9 lc rgb '#0072b2' title "and the map is rebuilt"
set ylabel "retry buffer, MiB"
set xlabel "tick (grey: the spike)"
plot $retain_memory using 0:($6/MiB) with linespoints lw 4 pt 7 lc rgb '#d55e00' title "messages are deleted", \
     $retain_memory using 0:($7/MiB) with linespoints lw 2 pt 9 lc rgb '#0072b2' title "fresh map when empty"
unset multiplot
