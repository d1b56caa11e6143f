# Expected bytes of maps of 56-byte pairs against entries, both axes in powers of two; columns of
# $versions_steps: entries, buckets, swiss, rust, saved.
set xlabel "entries"
set ylabel "expected bytes, MiB"
set logscale x 2
set logscale y 2
set xrange [500000:8300000]
set yrange [50:2200]
set xtics ("524,288" 524288, "1,048,576" 1048576, "2,097,152" 2097152, "4,194,304" 4194304)
set ytics (64, 128, 256, 512, 1024)
set grid xtics ytics lc rgb '#dddddd'
set key left top
set arrow from 3500000, graph 0 to 3500000, graph 1 nohead dt 3 lc rgb '#888888'
set label "3,500,000" at 3600000, graph 0.06 tc rgb '#555555'
MiB = 1048576.0
plot $versions_steps using (real(stringcolumn(1))):(column(2)/MiB) with lines lw 3 lc rgb '#d55e00' title "Go 1.23", \
     $versions_steps using (real(stringcolumn(1))):(column(3)/MiB) with lines lw 3 lc rgb '#0072b2' title "Go 1.24", \
     $versions_steps using (real(stringcolumn(1))):(column(4)/MiB) with lines lw 2 dt 2 lc rgb '#000000' title "Rust"
