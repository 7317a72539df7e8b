package main

import (
	"fmt"
	"os"
	"runtime"
	"sort"
	"strconv"
	"sync"
	"time"
)

// Nanoseconds of one update, of interleaved rounds: each measures every operation once, so that what changes from minute
// to minute on a machine changes for all of them.

// operation is something that is done very often.
type operation struct {
	name, subject string
	run           func(n int)
	count         func() int64 // how often it was done, in all; may be nil
	alone         bool         // only one goroutine may do it
	batch         int
	done          int64
	single        []float64
	double        []float64
}

func fail(why any) {
	fmt.Fprintln(os.Stderr, "bench:", why)
	os.Exit(1)
}

// made gives what a call gave, or ends the program.
func made[T any](value T, err error) T {
	if err != nil {
		fail(err)
	}
	return value
}

func row(operation, subject, measure string, value float64) {
	fmt.Printf("%s,%s,,%s,%.4f\n", operation, subject, measure, value)
}

// setting is a positive number from the environment.
func setting(variable string, otherwise int) int {
	text, there := os.LookupEnv(variable)
	if !there {
		return otherwise
	}
	value, err := strconv.Atoi(text)
	if err != nil || value <= 0 {
		fail(variable + " is no positive number")
	}
	return value
}

// sample does a batch and gives nanoseconds per update.
func (o *operation) sample() float64 {
	begin := time.Now()
	o.run(o.batch)
	return float64(time.Since(begin).Nanoseconds()) / float64(o.batch)
}

// sampleTwo does a batch on each of two threads and gives the slower one's figure.
func (o *operation) sampleTwo() float64 {
	var working, beginning sync.WaitGroup
	var took [2]float64
	beginning.Add(len(took))
	for i := range took {
		i := i
		working.Add(1)
		go func() {
			defer working.Done()
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			beginning.Done()
			beginning.Wait()
			took[i] = o.sample()
		}()
	}
	working.Wait()
	return max(took[0], took[1])
}

// size makes a batch last about that long.
func (o *operation) size(slice time.Duration) {
	for o.batch = 1024; ; o.batch *= 2 {
		begin := time.Now()
		o.run(o.batch)
		o.done += int64(o.batch)
		if took := time.Since(begin); took > slice/4 {
			o.batch = int(float64(o.batch)*float64(slice)/float64(took)) + 1
			return
		}
	}
}

// measure measures all operations and prints their rows.
func measure(operations []*operation) {
	rounds := setting("BENCH_ROUNDS", 41)
	slice := time.Duration(setting("BENCH_SLICE_US", 2000)) * time.Microsecond
	for _, o := range operations {
		o.size(slice)
	}
	for round := 0; round < rounds; round++ {
		for _, o := range operations {
			o.single = append(o.single, o.sample())
			o.done += int64(o.batch)
		}
	}
	for round := 0; round < rounds; round++ {
		for _, o := range operations {
			if !o.alone {
				o.double = append(o.double, o.sampleTwo())
				o.done += 2 * int64(o.batch)
			}
		}
	}
	for _, o := range operations {
		o.report()
	}
}

func (o *operation) report() {
	if o.count != nil && o.count() != o.done {
		fail(fmt.Sprintf("%s of %s counted %d and should have %d", o.name, o.subject, o.count(), o.done))
	}
	sort.Float64s(o.single)
	row(o.name, o.subject, "1 thread min", o.single[0])
	row(o.name, o.subject, "1 thread median", o.single[len(o.single)/2])
	if !o.alone {
		sort.Float64s(o.double)
		row(o.name, o.subject, "2 threads median", o.double[len(o.double)/2])
	}
}
