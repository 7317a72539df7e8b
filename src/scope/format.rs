//! The seven scope formats: templates that say which components a built-in level prints.

use super::component::Level;
use crate::config::ScopeFormatTexts;

/// One template per level, with a leading `*` already replaced by the parent's.
#[derive(Clone, Debug)]
pub struct Formats {
    templates: [Vec<String>; Level::COUNT],
}

impl Formats {
    /// Parses the configured texts; what is not configured is Flink's default.
    pub fn new(texts: &ScopeFormatTexts) -> Self {
        let mut formats = Self {
            templates: Default::default(),
        };
        for level in Level::ALL {
            let configured = match level {
                Level::JobManager => &texts.jm,
                Level::JobManagerJob => &texts.jm_job,
                Level::JobManagerOperator => &texts.jm_operator,
                Level::TaskManager => &texts.tm,
                Level::TaskManagerJob => &texts.tm_job,
                Level::Task => &texts.task,
                Level::Operator => &texts.operator,
            };
            let text = configured.as_deref().unwrap_or(level.default_format());
            let template = formats.template_of(text, level);
            if let Some(place) = formats.templates.get_mut(level as usize) {
                *place = template;
            }
        }
        formats
    }

    /// The components of `level` before any variable is filled in.
    pub(super) fn template(&self, level: Level) -> &[String] {
        self.templates
            .get(level as usize)
            .map_or(&[], Vec::as_slice)
    }

    fn template_of(&self, text: &str, level: Level) -> Vec<String> {
        let own = pieces(text).into_iter().map(str::to_owned);
        match (text.split('.').next(), level.parent()) {
            (Some("*"), Some(parent)) => {
                let inherited = self.template(parent).iter().cloned();
                inherited.chain(own.skip(1)).collect()
            }
            _ => own.collect(),
        }
    }
}

/// Splits at dots and drops empty pieces at the end; an empty text is one empty piece.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces: Vec<&str> = text.split('.').collect();
    while pieces.len() > 1 && pieces.last().is_some_and(|piece| piece.is_empty()) {
        pieces.pop();
    }
    pieces
}
