//! Where nodes come from and go to.

use std::ptr::NonNull;

use super::chain::Chain;
use super::node::{Node, NodeRef};

/// The most nodes that are made at once.
const LARGEST_CHUNK: usize = 128;

/// All nodes of one queue: made when first needed, used again, freed with the queue.
#[derive(Debug)]
pub(crate) struct Store<T> {
    free: Option<NodeRef<T>>,
    /// The one that was made last, and those before it.
    chunks: Option<Box<Chunk<T>>>,
}

#[derive(Debug)]
struct Chunk<T> {
    nodes: NonNull<[Node<T>]>,
    before: Option<Box<Self>>,
}

// SAFETY: owns its nodes; what lies in them is `Send`.
unsafe impl<T: Send> Send for Store<T> {}

impl<T> Default for Store<T> {
    fn default() -> Self {
        Self { free: None, chunks: None }
    }
}

/// All methods: SAFETY: nodes that are handed in come from this store, and are in no chain.
impl<T> Store<T> {
    #[inline]
    pub(crate) fn take(&mut self) -> NodeRef<T> {
        if let Some(node) = self.free {
            // SAFETY: free nodes belong to the store.
            self.free = unsafe { node.node().next.get() };
            return node;
        }
        self.grow()
    }

    #[inline]
    pub(crate) unsafe fn give_back(&mut self, node: NodeRef<T>) {
        // SAFETY: the node is nobody else's.
        unsafe { node.node().next.set(self.free) };
        self.free = Some(node);
    }

    /// Takes a whole chain back.
    #[inline]
    pub(crate) unsafe fn give_back_all(&mut self, chain: &mut Chain<T>) {
        if let Some((first, last)) = chain.take() {
            // SAFETY: the nodes are nobody else's.
            unsafe { last.node().next.set(self.free) };
            self.free = Some(first);
        }
    }

    #[cold]
    fn grow(&mut self) -> NodeRef<T> {
        let size = self.chunks.as_ref().map_or(2, |last| (2 * last.nodes.len()).min(LARGEST_CHUNK));
        let chunk: Box<[Node<T>]> = (0..size).map(|_| Node::vacant()).collect();
        let chunk = NonNull::from(Box::leak(chunk));
        self.chunks = Some(Box::new(Chunk { nodes: chunk, before: self.chunks.take() }));
        let nodes = (0..size).map(|index| {
            // SAFETY: inside the chunk.
            NodeRef::new(unsafe { chunk.cast::<Node<T>>().add(index) })
        });
        let mut nodes = nodes.collect::<Vec<_>>().into_iter();
        let first = nodes.next();
        // In the order of their addresses.
        nodes.rev().for_each(|node| {
            // SAFETY: fresh.
            unsafe { self.give_back(node) };
        });
        match first {
            Some(first) => first,
            None => unreachable!("a chunk has two nodes or more"),
        }
    }
}

impl<T> Drop for Store<T> {
    fn drop(&mut self) {
        while let Some(chunk) = self.chunks.take() {
            // SAFETY: made in `grow`, freed once; whoever holds a node keeps the queue alive.
            drop(unsafe { Box::from_raw(chunk.nodes.as_ptr()) });
            self.chunks = chunk.before;
        }
    }
}
