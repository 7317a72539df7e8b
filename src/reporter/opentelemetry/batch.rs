//! One request: the metrics in it, and what is around them.

use super::attributes;
use super::schema::{request, resource_metrics, scope_metrics};
use super::writer::{Encoding, Open, Writer};

/// Bytes that a batch may have: as many as servers of gRPC take, to which collectors pass batches on as they are.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// Metrics on their way into a request. Its memory is used again for the next.
pub(super) struct Batch {
    writer: Writer,
    /// Resource and scope as fields of the messages around the metrics.
    resource: Box<[u8]>,
    scope: Box<[u8]>,
    /// The messages around the metrics.
    around: Option<[Open; 2]>,
    metrics: usize,
    most_metrics: usize,
}

/// Where a batch ended once.
#[derive(Clone, Copy)]
pub(super) struct End {
    bytes: usize,
    metrics: usize,
}

impl Batch {
    /// Batches of at most `most_metrics` that a resource with these attributes sends.
    pub(super) fn new(
        encoding: Encoding,
        resource: &[(String, String)],
        (name, version): (&str, Option<&str>),
        most_metrics: usize,
    ) -> Self {
        Self {
            writer: Writer::new(encoding),
            resource: attributes::written_resource(encoding, resource),
            scope: attributes::written_scope(encoding, name, version),
            around: None,
            metrics: 0,
            most_metrics,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.metrics == 0
    }

    /// Whether no other metric has room.
    pub(super) fn is_full(&self) -> bool {
        self.metrics >= self.most_metrics
    }

    /// Whether there is more in the batch than there may be.
    pub(super) fn overflows(&self) -> bool {
        self.metrics > self.most_metrics || self.writer.bytes().len() > MOST_BYTES
    }

    /// Takes out everything.
    pub(super) fn clear(&mut self) {
        self.writer.clear();
        self.around = None;
        self.metrics = 0;
    }

    pub(super) fn end(&self) -> End {
        End {
            bytes: self.writer.bytes().len(),
            metrics: self.metrics,
        }
    }

    /// Takes out what came after `end`.
    pub(super) fn cut(&mut self, end: End) {
        self.writer.truncate(end.bytes);
        self.metrics = end.metrics;
    }

    /// What writes the next metric at the end.
    pub(super) fn next(&mut self) -> &mut Writer {
        if self.around.is_none() {
            self.open();
        }
        self.metrics += 1;
        &mut self.writer
    }

    fn open(&mut self) {
        let writer = &mut self.writer;
        writer.open_whole();
        writer.open_list(request::RESOURCE_METRICS);
        let outer = writer.open_next(request::RESOURCE_METRICS);
        writer.written(&self.resource);
        writer.open_list(resource_metrics::SCOPE_METRICS);
        let inner = writer.open_next(resource_metrics::SCOPE_METRICS);
        writer.written(&self.scope);
        writer.open_list(scope_metrics::METRICS);
        self.around = Some([outer, inner]);
    }

    /// The whole request.
    pub(super) fn close(&mut self) -> &[u8] {
        let writer = &mut self.writer;
        if let Some([outer, inner]) = self.around.take() {
            writer.close_list();
            writer.close(inner);
            writer.close_list();
            writer.close(outer);
            writer.close_list();
            writer.close_whole();
        }
        writer.bytes()
    }
}
