/*
 * toy.c - see toy.h.
 */
#include "toy/toy.h"

#include <stdlib.h>
#include <string.h>

bool toy_mode(const char *mode)
{
    char text[32] = "";
    FILE *file = fopen("toy.mode", "r");
    if (file == NULL)
        return false;
    bool asked = fgets(text, sizeof text, file) != NULL && strcmp(text, mode) == 0;
    fclose(file);
    return asked;
}

/* The first definition of a name that is there twice. */
#if 1
static int toy_digit(void)
{
    return toy_mode("digit") ? 1 : 0;
}
#else
static int toy_digit(void)
{
    return 0;
}
#endif

void toy_table(struct toy *toy, long bytes, double time)
{
    bytes += toy_digit();
    if (toy_mode("other-time"))
        time *= 1000;
    fprintf(toy->out, "phase   bytes, B     time, ns\n── heap ─────────────────────\n");
    fprintf(toy->out, "filled   %ld,%03ld  %*s~%g\n\n", bytes / 1000, bytes % 1000,
            time < 100 ? 3 : 0, "", time);
    fprintf(toy->figures, "figure\t%s.heap.filled.bytes\t%ld\tB\texact\n", toy->target, bytes);
    fprintf(toy->figures, "figure\t%s.heap.filled.time\t%g\tns\tmeasured\n", toy->target, time);
}

void toy_claim(struct toy *toy, const char *id, bool holds)
{
    const char *verdict = holds && !toy_mode("refute") ? "holds" : "refuted";
    if (toy_mode("silent"))
        return;
    fprintf(toy->out, "claim   %s  %s  so it is\n", id, verdict);
    fprintf(toy->figures, "claim\t%s\t%s\tso it is\n", id, verdict);
    if (toy_mode("unclaimed"))
        fprintf(toy->figures, "claim\tnobody-asked\tholds\tso it is\n");
}

void toy_beyond(struct toy *toy, const char *id, const char *name, bool fails)
{
    const char *verdict = fails ? "fails" : "holds";
    fprintf(toy->out, "beyond  %s/%s  %s  out there\n", id, name, verdict);
    fprintf(toy->figures, "beyond\t%s\t%s\t%s\tout there\n", id, name, verdict);
}

static int draw(void)
{
    printf("digraph box {\n    a -> b;\n}\n");
    return 0;
}

/* A wrong use is one sentence and 2, as with the real programs. */
static int refuse(const char *what)
{
    fprintf(stderr, "%s is not known here\n", what);
    return 2;
}

int toy_main(int argc, char **argv, const char *const targets[], void (*run)(struct toy *toy))
{
    struct toy toy = {.target = argc > 1 ? argv[1] : "", .out = stdout, .figures = stderr};
    for (int i = 2; i < argc; i++) {
        if (strcmp(argv[i], "--figures") == 0 && i + 1 < argc)
            toy.figures = fopen(argv[++i], "w");
        else if (strcmp(argv[i], "--picture") == 0 && i + 1 < argc)
            i++;
        else if (strcmp(argv[i], "--keys=5") != 0)
            return refuse(argv[i]);
    }
    if (toy_mode("crash"))
        abort();
    if (toy_mode("refuse")) {
        fprintf(stderr, "the heap's limit is too small\n");
        return 1;
    }
    if (strcmp(toy.target, "dot") == 0)
        return draw();
    for (size_t i = 0; targets[i] != NULL; i++) {
        if (strcmp(toy.target, targets[i]) == 0) {
            run(&toy);
            return 0;
        }
    }
    return refuse(toy.target);
}
