//! A list of nodes.

use super::node::NodeRef;

/// Nodes one behind the other. All methods: SAFETY: the nodes' store lives, the caller holds the chain, and no node is
/// in two chains.
#[derive(Debug)]
pub(crate) struct Chain<T> {
    ends: Option<(NodeRef<T>, NodeRef<T>)>,
    length: u32,
}

impl<T> Default for Chain<T> {
    fn default() -> Self {
        Self { ends: None, length: 0 }
    }
}

impl<T> Chain<T> {
    #[inline]
    pub(crate) const fn is_empty(&self) -> bool {
        self.ends.is_none()
    }

    #[inline]
    pub(crate) const fn length(&self) -> u32 {
        self.length
    }

    #[inline]
    pub(crate) fn last(&self) -> Option<NodeRef<T>> {
        self.ends.map(|(_, last)| last)
    }

    /// Lets go of all nodes, which stay linked from the first to the last.
    #[inline]
    pub(super) const fn take(&mut self) -> Option<(NodeRef<T>, NodeRef<T>)> {
        self.length = 0;
        self.ends.take()
    }

    #[inline]
    pub(crate) unsafe fn push_back(&mut self, node: NodeRef<T>) {
        // SAFETY: held by the caller.
        unsafe {
            node.node().next.set(None);
            let last = self.last();
            node.node().previous.set(last);
            match self.ends {
                Some((first, last)) => {
                    last.node().next.set(Some(node));
                    self.ends = Some((first, node));
                }
                None => self.ends = Some((node, node)),
            }
        }
        self.length += 1;
    }

    pub(super) unsafe fn push_front(&mut self, node: NodeRef<T>) {
        let mut rest = std::mem::take(self);
        // SAFETY: held by the caller.
        unsafe {
            self.push_back(node);
            self.append(&mut rest);
        }
    }

    #[inline]
    pub(crate) unsafe fn pop_front(&mut self) -> Option<NodeRef<T>> {
        let (first, last) = self.ends?;
        // SAFETY: held by the caller.
        unsafe {
            self.ends = first.node().next.get().map(|next| {
                next.node().previous.set(None);
                (next, last)
            });
        }
        self.length -= 1;
        Some(first)
    }

    /// Takes a node out of the middle.
    pub(crate) unsafe fn unlink(&mut self, node: NodeRef<T>) {
        let Some((first, last)) = self.ends else { return };
        // SAFETY: held by the caller, and the node is in this chain.
        unsafe {
            let (previous, next) = (node.node().previous.get(), node.node().next.get());
            if let Some(previous) = previous {
                previous.node().next.set(next);
            }
            if let Some(next) = next {
                next.node().previous.set(previous);
            }
            let first = if first == node { next } else { Some(first) };
            let last = if last == node { previous } else { Some(last) };
            self.ends = first.zip(last);
        }
        self.length -= 1;
    }

    /// Puts all nodes of another chain behind those of this one.
    pub(crate) unsafe fn append(&mut self, other: &mut Self) {
        let Some((second, end)) = other.ends.take() else { return };
        // SAFETY: the caller holds both.
        self.ends = Some(match self.ends {
            Some((first, last)) => unsafe {
                last.node().next.set(Some(second));
                second.node().previous.set(Some(last));
                (first, end)
            },
            None => (second, end),
        });
        self.length += std::mem::take(&mut other.length);
    }

    /// The nodes from the first to the last.
    pub(crate) unsafe fn iter(&self) -> impl Iterator<Item = NodeRef<T>> {
        // SAFETY: the caller holds the chain for as long as it iterates.
        std::iter::successors(self.ends.map(|(first, _)| first), |node| unsafe { node.node().next.get() })
    }
}
