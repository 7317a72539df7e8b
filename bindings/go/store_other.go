//go:build !amd64

package metra

import "sync/atomic"

// store stores a word that readers must not see before what was stored earlier.
func store(word *uint64, value uint64) {
	atomic.StoreUint64(word, value)
}
