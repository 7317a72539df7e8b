package metra

// #include "calls.h"
import "C"

// Status is what a call came to, and as an error what [errors.Is] finds in every [*Error].
type Status int32

// What can go wrong.
const (
	ErrNullArgument    Status = C.METRA_ERROR_NULL_ARGUMENT    // something that must be there is nil
	ErrInvalidUTF8     Status = C.METRA_ERROR_INVALID_UTF8     // text was not valid UTF-8
	ErrInvalidArgument Status = C.METRA_ERROR_INVALID_ARGUMENT // a value outside what the function accepts
	ErrNameCollision   Status = C.METRA_ERROR_NAME_COLLISION   // the name belongs to a metric of another type, or with other parameters
	ErrClosed          Status = C.METRA_ERROR_CLOSED           // the group or the registry is closed
	ErrLimit           Status = C.METRA_ERROR_LIMIT            // metrics.limit or metrics.group.limit is reached
	ErrTimeout         Status = C.METRA_ERROR_TIMEOUT          // a callback did not finish in time
	ErrConfig          Status = C.METRA_ERROR_CONFIG           // a configuration key has a value it cannot have, or a file is malformed
	ErrIO              Status = C.METRA_ERROR_IO               // the operating system refused: a file, a socket, a thread
	ErrNotFound        Status = C.METRA_ERROR_NOT_FOUND        // nothing of that name, no value now, or a token of something that is gone
	ErrBusy            Status = C.METRA_ERROR_BUSY             // not possible at this moment, or from inside this callback
	ErrUnsupported     Status = C.METRA_ERROR_UNSUPPORTED      // this build of the library was made without the feature
	ErrPanic           Status = C.METRA_ERROR_PANIC            // a defect in metra
)

// Error names the status as C does, "METRA_ERROR_CLOSED" for instance.
func (s Status) Error() string {
	if err := Load(""); err != nil {
		return err.Error()
	}
	return C.GoString(C.metra_go_status_name(C.int32_t(s)))
}

// Error is a call that failed. It wraps its [Status]: errors.Is(err, metra.ErrClosed).
type Error struct {
	Status Status
	Text   string // why, in one line
}

func (e *Error) Error() string { return "metra: " + e.Text }

// Unwrap gives the status.
func (e *Error) Unwrap() error { return e.Status }

// errNil is for what must be there and is nil.
var errNil = &Error{ErrNullArgument, "nil is neither a handle nor a function"}

// failure makes an error of what a call came to, nil if it did not fail.
func failure(result C.metra_go_result) error {
	if result.status == C.METRA_OK {
		return nil
	}
	status := Status(result.status)
	text := owned(result.text)
	if text == "" {
		text = status.Error()
	}
	return &Error{status, text}
}
