package metra

// store stores a word that readers must not see before what was stored earlier. The processor's stores are seen in their
// order, and the compiler keeps it.
func store(word *uint64, value uint64) {
	*word = value
}
