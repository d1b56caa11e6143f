# The toy's heap, step by step.
set ylabel 'HeapAlloc, bytes'
set boxwidth 0.6
set style fill solid
set yrange [0:*]
plot $retain_heap using 0:2:xtic(1) with boxes notitle
