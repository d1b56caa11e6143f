# Memory against work; columns of $retain_settings:
# setting, live, peak, to live, memory, collections, marked.
set xlabel "collections for the same requests"
set ylabel "memory, times the live bytes"
set key at graph 0.97, graph 0.95 right
set logscale x 2
set xrange [0.8:100]
set yrange [0:*]
set grid xtics ytics lc rgb '#dddddd'
plot $retain_settings every ::0::4 using 6:($5/$2) with linespoints lw 3 pt 7 lc rgb '#d55e00' title "GOGC 25, 50, 100, 200, 400", \
     $retain_settings every 2::6::8 using 6:($5/$2) with points pt 4 ps 1.5 lw 2 lc rgb '#0072b2' title "GOGC 100 and a limit", \
     1 with lines dt 2 lc rgb '#666666' title "what lives"
