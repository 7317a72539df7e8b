/* The way from metra's threads into Python, and its end when the interpreter goes.
 *
 * A thread that asks for the GIL once the interpreter finalizes never gets it: CPython before 3.14 ends such a thread
 * (pthread_exit), which would tear through metra's frames and abort the process, later ones keep it for ever. So nobody
 * enters after gate_close, which runs before finalization and waits for those who are inside; and whoever is inside for too
 * long, in a gauge that sleeps perhaps, is kept for ever by a clean-up handler and so never unwinds into metra. */
#ifndef METRA_GATE_H
#define METRA_GATE_H

#include "abi.h"

/* Opens the gate to this interpreter; callbacks of one that went before never run again. */
void gate_open(void);

/* close_gate() -> None: lets nobody enter any more, and waits for those who are inside, at most a second. */
PyObject *gate_close(PyObject *module, PyObject *unused);

/* The interpreter that callbacks made now belong to. */
unsigned long gate_epoch(void);

/* Runs `body` with the GIL held, from any thread, whether it has the GIL or not. False if the interpreter of `epoch` is not
 * to be entered any more: then `body` did not run. */
bool gate_run(unsigned long epoch, void (*body)(void *argument), void *argument);

#endif
