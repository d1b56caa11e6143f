/* next_number.h - what comes after a number. */
#ifndef NEXT_NUMBER_H
#define NEXT_NUMBER_H

/* The number after n. */
int next_number(int n);

#endif
