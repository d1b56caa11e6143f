#include "heap/size_class.h"

const struct size_class size_classes[SIZE_CLASS_COUNT] = {
    {0, 0},     /* SIZE_CLASS_LARGE */
    {8, 1},      {16, 1},     {24, 1},     {32, 1},     {48, 1},     {64, 1},     {80, 1},
    {96, 1},     {112, 1},    {128, 1},    {144, 1},    {160, 1},    {176, 1},    {192, 1},
    {208, 1},    {224, 1},    {240, 1},    {256, 1},    {288, 1},    {320, 1},    {352, 1},
    {384, 1},    {416, 1},    {448, 1},    {480, 1},    {512, 1},    {576, 1},    {640, 1},
    {704, 1},    {768, 1},    {896, 1},    {1024, 1},   {1152, 1},   {1280, 1},   {1408, 2},
    {1536, 1},   {1792, 2},   {2048, 1},   {2304, 2},   {2688, 1},   {3072, 3},   {3200, 2},
    {3456, 3},   {4096, 1},   {4864, 3},   {5376, 2},   {6144, 3},   {6528, 4},   {6784, 5},
    {6912, 6},   {8192, 1},   {9472, 7},   {9728, 6},   {10240, 5},  {10880, 4},  {12288, 3},
    {13568, 5},  {14336, 7},  {16384, 2},  {18432, 9},  {19072, 7},  {20480, 5},  {21760, 8},
    {24576, 3},  {27264, 10}, {28672, 7},  {32768, 4},
};

uint8_t size_class_by_words[SIZE_CLASS_MAX_BYTES / 8 + 1];

/* Fills the table from the classes, so that the two cannot disagree. */
__attribute__((constructor)) static void fill_size_class_by_words(void)
{
    unsigned class = 1;
    for (size_t words = 0; words <= SIZE_CLASS_MAX_BYTES / 8; words++) {
        if (words * 8 > size_classes[class].bytes)
            class++;
        size_class_by_words[words] = (uint8_t)class;
    }
}

unsigned size_class_slots(unsigned class, enum heap_scan scan)
{
    unsigned span_bytes = size_classes[class].pages * (unsigned)HEAP_PAGE_BYTES;
    if (scan == HEAP_SCAN && size_classes[class].bytes <= HEAP_HEADER_FROM)
        span_bytes -= span_bytes / 64;
    return span_bytes / size_classes[class].bytes;
}

size_t heap_rounded(size_t bytes, enum heap_scan scan)
{
    unsigned class = size_class_of(bytes, scan);
    if (class != SIZE_CLASS_LARGE)
        return size_classes[class].bytes;
    if (bytes > SIZE_MAX - HEAP_PAGE_BYTES)
        return SIZE_MAX;
    return size_class_pages(bytes) * HEAP_PAGE_BYTES;
}
