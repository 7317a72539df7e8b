//! Which names Prometheus takes, and what becomes of others.
//!
//! Families follow Flink's rule: every character outside `[a-zA-Z0-9:_]` becomes `_`. Prometheus asks for more than
//! that, and where Flink's rule leaves something that it would refuse, a little more is changed:
//!
//! - a family's name that would begin with a digit gets a `_` in front;
//! - a label's name has no `:`, it becomes `_` too;
//! - a label's name that is empty or would begin with a digit gets a `_` in front;
//! - of several `_` that a label's name begins with one stays, because two mean that it is Prometheus' own.

/// `text` with every character that Flink's reporter replaces replaced by `_`.
pub(super) fn filtered(text: &str) -> String {
    let mut filtered = String::with_capacity(text.len());
    push_filtered(&mut filtered, text);
    filtered
}

fn push_filtered(out: &mut String, text: &str) {
    push_replaced(out, text, |letter| letter == ':');
}

/// The ending of what only goes up. A metric that is called so already keeps its name, as in Prometheus' own libraries.
pub(super) const TOTAL: &str = "_total";
/// The ending of text in a label.
pub(super) const INFO: &str = "_info";

/// The name of a family. `prefix` and `scope` are filtered already; what of them is empty is left out.
pub(super) fn family(prefix: &str, scope: &str, metric: &str, ending: &str) -> String {
    let mut name =
        String::with_capacity(prefix.len() + scope.len() + metric.len() + ending.len() + 3);
    for part in [prefix, scope] {
        if !part.is_empty() {
            name.push_str(part);
            name.push('_');
        }
    }
    push_filtered(&mut name, metric);
    if ending != TOTAL || !name.ends_with(TOTAL) {
        name.push_str(ending);
    }
    if begins_with_digit(&name) {
        name.insert(0, '_');
    }
    name
}

/// The name of the label that shows the variable `name`, which has no brackets.
pub(super) fn label(name: &str) -> String {
    let mut label = String::with_capacity(name.len() + 1);
    push_replaced(&mut label, name, |_| false);
    let rest = label.trim_start_matches('_');
    let leading = label.len() - rest.len();
    if leading > 1 {
        label.drain(1..leading);
    }
    if label.is_empty() || begins_with_digit(&label) {
        label.insert(0, '_');
    }
    label
}

/// Appends `text` with `_` for every character but letters, digits, `_` and those that are `allowed`.
fn push_replaced(out: &mut String, text: &str, allowed: impl Fn(char) -> bool) {
    let replace = |letter: char| {
        let stays = letter.is_ascii_alphanumeric() || letter == '_' || allowed(letter);
        if stays { letter } else { '_' }
    };
    out.extend(text.chars().map(replace));
}

fn begins_with_digit(name: &str) -> bool {
    name.starts_with(|letter: char| letter.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filtering_replaces_each_character_once() {
        for (text, expected) in [
            ("with.dot", "with_dot"),
            ("colon:name", "colon:name"),
            ("ünïcode_名前", "_n_code___"),
            ("emoji😀", "emoji_"),
            ("a b  c", "a_b__c"),
            ("", ""),
        ] {
            assert_eq!(filtered(text), expected);
        }
    }

    #[test]
    fn family_is_prefix_scope_and_name() {
        assert_eq!(
            family("flink", "job_task", "my.name", ""),
            "flink_job_task_my_name"
        );
        assert_eq!(family("", "shop", "orders", "_min"), "shop_orders_min");
        assert_eq!(family("", "", "orders", ""), "orders");
    }

    #[test]
    fn family_does_not_begin_with_a_digit() {
        assert_eq!(family("", "3d", "frames", ""), "_3d_frames");
        assert_eq!(family("flink", "3d", "1", ""), "flink_3d_1");
    }

    #[test]
    fn total_is_not_repeated_and_other_endings_are() {
        for (metric, ending, expected) in [
            ("orders", TOTAL, "shop_orders_total"),
            ("orders_total", TOTAL, "shop_orders_total"),
            ("orders.total", TOTAL, "shop_orders_total"),
            ("build_info", "_info", "shop_build_info_info"),
            ("size_min", "_min", "shop_size_min_min"),
        ] {
            assert_eq!(family("", "shop", metric, ending), expected);
        }
    }

    #[test]
    fn label_names_are_what_prometheus_takes() {
        for (name, expected) in [
            ("tm_id", "tm_id"),
            ("a:b", "a_b"),
            ("my key", "my_key"),
            ("1abc", "_1abc"),
            ("", "_"),
            ("_one", "_one"),
            ("__reserved", "_reserved"),
            ("__name__", "_name__"),
            ("名前", "_"),
            (":1", "_1"),
        ] {
            assert_eq!(label(name), expected);
        }
    }
}
