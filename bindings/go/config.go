package metra

// #include "callbacks.h"
import "C"

import (
	"runtime"
	"runtime/cgo"
	"unsafe"
)

// Config is what registries are made after: Flink's configuration keys, a clock, a log function, classes of reporters. A
// registry copies what it needs, so changing the configuration later changes nothing. Any goroutine may use it.
type Config struct{ handle }

// NewConfig makes an empty configuration: every default holds, the log is silent.
func NewConfig() (*Config, error) {
	if err := Load(""); err != nil {
		return nil, err
	}
	var out *C.metra_config
	if err := failure(C.metra_go_config_new(&out)); err != nil {
		return nil, err
	}
	c := &Config{handle{pointer: unsafe.Pointer(out)}}
	runtime.SetFinalizer(c, (*Config).Free)
	return c, nil
}

func (c *Config) use() *C.metra_config {
	if c == nil {
		return nil
	}
	return (*C.metra_config)(c.handle.use())
}

func (c *Config) done() {
	if c != nil {
		c.handle.done()
	}
}

// Free gives the handle back, see [Counter.Free].
func (c *Config) Free() {
	if c == nil {
		return
	}
	runtime.SetFinalizer(c, nil)
	C.metra_go_config_free((*C.metra_config)(c.end()))
}

// Set sets one of Flink's configuration keys, "metrics.scope.delimiter" for instance. Keys that metra does not know are
// kept and ignored; a bad value of one that it knows is refused with [ErrConfig] and the old value stays. Keys that depend
// on a reporter's class, its port for instance, are judged when a registry is made.
func (c *Config) Set(key, value string) error {
	var in arguments
	defer in.free()
	k, v := in.text(key), in.text(value)
	if in.err != nil {
		return in.err
	}
	defer c.done()
	return failure(C.metra_go_config_set(c.use(), k, v))
}

// Load sets all keys of a YAML file such as Flink's config.yaml, nested, flat or mixed: all of them or, on an error, none.
func (c *Config) Load(path string) error {
	var in arguments
	defer in.free()
	p := in.text(path)
	if in.err != nil {
		return in.err
	}
	defer c.done()
	return failure(C.metra_go_config_load(c.use(), p))
}

// SetClock makes registries run on a manual clock.
func (c *Config) SetClock(clock *Clock) error {
	defer c.done()
	defer clock.done()
	return failure(C.metra_go_config_set_clock(c.use(), clock.use()))
}

// LogLevel is how much a line of the log matters.
type LogLevel int32

// The levels of the log.
const (
	LogError LogLevel = C.METRA_LOG_ERROR // something was lost or does not work
	LogWarn  LogLevel = C.METRA_LOG_WARN  // something is probably not as it was meant
	LogInfo  LogLevel = C.METRA_LOG_INFO  // something started or stopped
)

// SetLog makes registries say what they survive, each complaint once. Without this they are silent. The function is
// called on any thread, possibly on several at once, and must not call metra.
func (c *Config) SetLog(log func(level LogLevel, text string)) error {
	if c == nil || log == nil {
		return errNil
	}
	defer c.done()
	return failure(C.metra_go_log(c.use(), C.uintptr_t(cgo.NewHandle(log))))
}

//export metraGoSay
func metraGoSay(number C.uintptr_t, level C.enum_metra_log_level, text *C.char) {
	defer contain()
	callback[func(LogLevel, string)](number)(LogLevel(level), C.GoString(text))
}
