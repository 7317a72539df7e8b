//! What counts as blank around values: what Java's `trim` takes off.

/// `text` without the blanks and control characters around it.
pub(super) fn trimmed(text: &str) -> &str {
    text.trim_matches(is_blank)
}

/// Whether Java's `trim` would take this character off.
pub(super) fn is_blank(character: char) -> bool {
    character <= ' '
}
