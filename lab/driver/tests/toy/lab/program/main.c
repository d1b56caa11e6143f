/*
 * main.c - the only main.
 */
#include "toy/toy.h"

int main(int argc, char **argv)
{
    return chapter_main(argc, argv);
}
