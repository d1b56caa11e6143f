# How many puts take how long: a bar for each design over each factor of four in time.
set logscale xy
set xlabel 'time of a put'
set ylabel 'puts'
set xtics ('10 ns' 1e1, '100 ns' 1e2, '1 µs' 1e3, '10 µs' 1e4, '100 µs' 1e5, '1 ms' 1e6, \
           '10 ms' 1e7, '100 ms' 1e8)
set format y '10^{%T}'
set xrange [6:2e8]
set yrange [0.7:2e6]
set key top right
set grid y
middle(n) = real(strcol(n)) / 2
some(puts) = puts > 0 ? puts : NaN
plot $bench_latency using (middle(1) / 1.45):(some(column(2))) with impulses lw 11 \
         lc rgb '#009E73' title 'Go 1.23: buckets, evacuated', \
     '' using (middle(1)):(some(column(3))) with impulses lw 11 \
         lc rgb '#0072B2' title 'Go 1.24: tables, split', \
     '' using (middle(1) * 1.45):(some(column(4))) with impulses lw 11 \
         lc rgb '#D55E00' title 'Rust: one flat table'
