/*
 * main.c - the main of every chapter's program.
 */
#include "program/program.h"

int main(int argc, char **argv)
{
    return (int)program_run(&program, argc, argv, stdout, stderr);
}
