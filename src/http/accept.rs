//! What a client would rather have: fields such as `Accept` and `Accept-Encoding` (RFC 9110, section 12).

/// One thing that a client accepts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Preference<'a> {
    /// A media range or a coding, as sent.
    pub(crate) what: &'a str,
    /// How much it is wanted, from 0 for not at all to 1.
    pub(crate) quality: f32,
    parameters: &'a str,
}

impl<'a> Preference<'a> {
    /// Whether this is about `what`, in any case.
    pub(crate) fn is(&self, what: &str) -> bool {
        self.what.eq_ignore_ascii_case(what)
    }

    /// The value of a parameter, as for `version` in `text/plain;version=0.0.4`.
    pub(crate) fn parameter(&self, name: &str) -> Option<&'a str> {
        parameter(self.parameters, name)
    }
}

/// What the `values` of a field list, in their order. An item whose quality is none is left out.
pub(crate) fn preferences<'a>(
    values: impl Iterator<Item = &'a str>,
) -> impl Iterator<Item = Preference<'a>> {
    values
        .flat_map(|value| value.split(','))
        .filter_map(|item| {
            let (what, parameters) = item.split_once(';').unwrap_or((item, ""));
            Some(Preference {
                what: what.trim(),
                quality: parameter(parameters, "q").map_or(Some(1.0), quality)?,
                parameters,
            })
        })
}

fn parameter<'a>(parameters: &'a str, wanted: &str) -> Option<&'a str> {
    parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let is_it = name.trim().eq_ignore_ascii_case(wanted);
        is_it.then(|| value.trim().trim_matches('"'))
    })
}

fn quality(text: &str) -> Option<f32> {
    let is_plain = |letter: char| letter.is_ascii_digit() || letter == '.';
    let quality: f32 = text
        .chars()
        .all(is_plain)
        .then(|| text.parse().ok())
        .flatten()?;
    (quality <= 1.0).then_some(quality)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(values: &[&'static str]) -> Vec<(&'static str, f32)> {
        let preferences = preferences(values.iter().copied());
        preferences.map(|item| (item.what, item.quality)).collect()
    }

    #[test]
    fn items_of_all_fields_are_listed_with_their_quality() {
        assert_eq!(
            listed(&["gzip;q=0.8, br ; Q=1.000", "*;q=0"]),
            [("gzip", 0.8), ("br", 1.0), ("*", 0.0)]
        );
        assert_eq!(listed(&["text/plain;q=\"0.5\""]), [("text/plain", 0.5)]);
    }

    #[test]
    fn item_whose_quality_is_none_is_left_out() {
        assert_eq!(listed(&["a;q=x, b;q=2, c;q=, d;q=-0, e;q=nan"]), []);
    }

    #[test]
    fn parameters_are_found_beside_the_quality() {
        let item = "a/b ; version = \"1.0.0\" ;q=0.5";
        let found = preferences([item].into_iter()).next();
        assert_eq!(
            found.and_then(|item| item.parameter("Version")),
            Some("1.0.0")
        );
        assert_eq!(found.and_then(|item| item.parameter("escaping")), None);
    }
}
