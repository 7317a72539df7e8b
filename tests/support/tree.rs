//! The tree as metra promises it: what becomes of each group when it is asked for, closed, asked for again.

use std::rc::Rc;

use super::abi;
use super::component::{Level, UserGroup};
use super::host::{Component, Group, status_name};
use super::model::{self, Formats, Place};

/// The number of a group in the model.
pub(crate) type NodeId = usize;

/// What a group is looked up by among its siblings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Identity {
    Component(Level, Vec<Option<String>>),
    Generic(String),
    /// Kinds do not mix: the same names as generic groups are another group.
    KeyValue(String, String),
}

/// One group.
pub(crate) struct Node {
    pub(crate) parent: Option<NodeId>,
    pub(crate) identity: Identity,
    pub(crate) place: Place,
    pub(crate) open: bool,
    pub(crate) handle: Rc<Group>,
    /// What it and the components above it are made of, if it is a component.
    component: Option<Component>,
}

impl Node {
    /// The level of a component.
    pub(crate) fn level(&self) -> Option<Level> {
        match self.identity {
            Identity::Component(level, _) => Some(level),
            _ => None,
        }
    }

    /// The word that vectors have for its kind.
    pub(crate) fn kind(&self) -> &'static str {
        match self.identity {
            Identity::Component(level, _) => level.word(),
            Identity::Generic(_) => "generic",
            Identity::KeyValue(..) => "value",
        }
    }
}

/// A group that is asked for, before anybody has answered.
pub(crate) struct Asked {
    parent: Option<NodeId>,
    identity: Identity,
    place: Place,
    component: Option<Component>,
}

#[derive(Default)]
pub(crate) struct Tree {
    pub(crate) nodes: Vec<Node>,
    /// Whether the registry was closed.
    pub(crate) is_shut: bool,
}

impl Tree {
    /// A user's group below `parent`, or the status by which it is refused.
    pub(crate) fn ask_user(
        &self,
        parent: Option<NodeId>,
        group: &UserGroup,
    ) -> Result<Asked, String> {
        let id = parent.ok_or_else(|| status_name(abi::METRA_ERROR_NULL_ARGUMENT))?;
        let parent = &self.nodes[id];
        let place = parent.place.below(group)?;
        self.open(id)?;
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let identity = match group {
            UserGroup::Generic(name) | UserGroup::KeyValue(name, None) => {
                Identity::Generic(text(name))
            }
            UserGroup::KeyValue(key, value) => Identity::KeyValue(text(key), text(value)),
        };
        Ok(Asked {
            parent: Some(id),
            identity,
            place,
            component: None,
        })
    }

    /// A component of `level` made of `own` below `parent`, or at the top.
    pub(crate) fn ask_component(
        &self,
        formats: &Formats,
        parent: Option<NodeId>,
        level: Level,
        own: &Component,
    ) -> Result<Asked, String> {
        let above = match (parent, level) {
            (_, Level::JobManager | Level::TaskManager) if self.is_shut => {
                return Err(status_name(abi::METRA_ERROR_CLOSED));
            }
            (_, Level::JobManager | Level::TaskManager) => None,
            (None, _) => return Err(status_name(abi::METRA_ERROR_NULL_ARGUMENT)),
            (Some(id), _) => {
                self.open(id)?;
                Some(id)
            }
        };
        if let Some(status) = model::refusal(own) {
            return Err(status);
        }
        let whole = match above.and_then(|id| self.nodes[id].component.as_ref()) {
            Some(above) => below(level, above, own),
            None => own.clone(),
        };
        Ok(Asked {
            parent: above,
            identity: Identity::Component(level, looked_up_by(level, &whole)),
            place: Place::of_component(formats, level, &whole),
            component: Some(whole),
        })
    }

    fn open(&self, id: NodeId) -> Result<(), String> {
        if self.nodes[id].open {
            Ok(())
        } else {
            Err(status_name(abi::METRA_ERROR_CLOSED))
        }
    }

    /// The open group that is what was asked for.
    pub(crate) fn find(&self, asked: &Asked) -> Option<NodeId> {
        let is_it = |node: &Node| {
            node.open && node.parent == asked.parent && node.identity == asked.identity
        };
        self.nodes.iter().position(is_it)
    }

    /// Whether an operator of a task that is what was asked for was closed.
    pub(crate) fn was_closed(&self, asked: &Asked) -> bool {
        let is_it = |node: &Node| {
            !node.open && node.parent == asked.parent && node.identity == asked.identity
        };
        matches!(asked.identity, Identity::Component(Level::Operator, _))
            && self.nodes.iter().any(is_it)
    }

    /// What was asked for: the group that is there, or a new one that `handle` stands for.
    pub(crate) fn take(&mut self, asked: Asked, handle: Rc<Group>) -> NodeId {
        if let Some(known) = self.find(&asked) {
            return known;
        }
        self.nodes.push(Node {
            parent: asked.parent,
            identity: asked.identity,
            place: asked.place,
            open: true,
            handle,
            component: asked.component,
        });
        self.nodes.len() - 1
    }

    /// The open job of an id below a component.
    pub(crate) fn job(&self, parent: NodeId, job_id: Option<&str>) -> Option<NodeId> {
        let level = self.nodes[parent].level()?.of_job();
        let identity = Identity::Component(level, vec![job_id.map(str::to_owned)]);
        let is_it =
            |node: &Node| node.open && node.parent == Some(parent) && node.identity == identity;
        self.nodes.iter().position(is_it)
    }

    /// Closes a group and what is below it; gives all that are closed by it.
    pub(crate) fn close(&mut self, id: NodeId) -> Vec<NodeId> {
        let closing: Vec<NodeId> = (0..self.nodes.len())
            .filter(|other| self.nodes[*other].open && self.is_below(*other, id))
            .collect();
        for id in &closing {
            self.nodes[*id].open = false;
        }
        closing
    }

    fn is_below(&self, id: NodeId, top: NodeId) -> bool {
        std::iter::successors(Some(id), |id| self.nodes[*id].parent).any(|id| id == top)
    }

    /// Closes everything for good.
    pub(crate) fn shut(&mut self) {
        self.is_shut = true;
        self.nodes.iter_mut().for_each(|node| node.open = false);
    }

    /// How many variables the groups' own making hid behind outer ones.
    pub(crate) fn hidden(&self) -> u64 {
        let own = |node: &Node| {
            let above = node
                .parent
                .map_or(0, |parent| self.nodes[parent].place.hidden);
            node.place.hidden.saturating_sub(above) as u64
        };
        self.nodes.iter().map(own).sum()
    }
}

fn looked_up_by(level: Level, component: &Component) -> Vec<Option<String>> {
    let c = component.clone();
    match level {
        Level::JobManager => vec![c.host],
        Level::TaskManager => vec![c.host, c.tm_id],
        Level::JobManagerJob | Level::TaskManagerJob => vec![c.job_id],
        Level::Task if c.task_attempt_id.is_some() => vec![c.task_attempt_id],
        Level::Task => {
            vec![
                c.task_id,
                Some(c.subtask_index.to_string()),
                Some(c.task_attempt_num.to_string()),
            ]
        }
        Level::JobManagerOperator | Level::Operator => {
            vec![c.operator_id, c.operator_name.map(model::cut)]
        }
    }
}

/// A component made of `own` below one made of `above`.
fn below(level: Level, above: &Component, own: &Component) -> Component {
    let (mut whole, own) = (above.clone(), own.clone());
    match level {
        Level::JobManagerJob | Level::TaskManagerJob => {
            (whole.job_id, whole.job_name) = (own.job_id, own.job_name);
        }
        Level::Task => {
            (whole.task_id, whole.task_name) = (own.task_id, own.task_name);
            whole.task_attempt_id = own.task_attempt_id;
            whole.subtask_index = own.subtask_index;
            whole.task_attempt_num = own.task_attempt_num;
        }
        Level::Operator | Level::JobManagerOperator => {
            if level == Level::JobManagerOperator {
                (whole.task_id, whole.task_name) = (own.task_id, own.task_name);
            }
            (whole.operator_id, whole.operator_name) = (own.operator_id, own.operator_name);
            whole.additional = own.additional;
        }
        Level::JobManager | Level::TaskManager => return own,
    }
    whole
}
