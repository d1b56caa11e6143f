# A look-up in Go 1.24's map, by the number of its entries. Gray: where the whole map is as large
# as a cache of this machine.
bytes_an_entry = 36.08
set xlabel 'entries'
set ylabel 'ns a look-up'
set logscale x 2
set format x '2^{%L}'
set xrange [700:*]
set logscale y 2
set yrange [4:2048]
set key top left
set grid ytics
set y2range [0:1]
entries(row) = real(row)
plot $bench_caches using ($2 > 0 ? $2 * 1024 / bytes_an_entry : NaN):(1) axes x1y2 \
        with impulses lw 2 lc rgb '#b0b0b0' title 'the map is as large as a cache', \
     $bench_cost using (entries(strcol(1))):5 with linespoints lw 2 pt 5 lc 2 title 'hits, one by one', \
     '' using (entries(strcol(1))):3 with linespoints lw 2 pt 7 lc 1 title 'hits', \
     '' using (entries(strcol(1))):4 with linespoints lw 2 dt 2 pt 6 lc 4 title 'misses'
