# The pause of shrink_to_fit against the entries that it moves; columns of $bench_pause:
# live, entries, moved, before, peak, after, pause. Rows that move none have no place on
# a logarithmic axis.
set xlabel "entries moved"
set ylabel "pause, µs"
set logscale xy
set xrange [500:2000000]
set grid lc rgb '#dddddd'
set key off
set format x "%.0f"
plot $bench_pause using ($3 > 0 ? $3 : NaN):7 with linespoints lw 2 pt 7 lc rgb '#0072b2'
