//! What a page may look like.

/// What a page looks like.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    /// Whether the values of variables get the characters of names.
    pub(crate) filter_values: bool,
    /// What names below Flink's components begin with, with the characters of names; without it they begin with the
    /// scope.
    pub(crate) prefix: String,
    /// Keeps metrics whose `<logical scope>.<name>` contains one of these; without any, all.
    pub(crate) allow: Vec<String>,
    /// Whether histograms have buckets in place of quantiles.
    pub(crate) buckets: bool,
    /// Labels that are not shown, because who takes the page gives all series a value of its own for each of them.
    pub(crate) replaced: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            filter_values: true,
            prefix: "flink".to_owned(),
            allow: Vec::new(),
            buckets: false,
            replaced: Vec::new(),
        }
    }
}
