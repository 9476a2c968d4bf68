//! Dotted paths such as `gpio.lines.3`, walked through a tree.

use super::entries::Entries;
use super::node::{MAX_DEPTH, Node, NodeValue, position};
use crate::address::quoted;

/// The parts of a path; none for the whole document.
///
/// A key that contains dots itself is found when it stands at the end of the path.
pub(crate) fn parts<'p>(root: &Node, path: &'p str) -> Result<Vec<&'p str>, String> {
    let mut parts = Vec::new();
    let mut here = Some(root);
    let mut rest = Some(path).filter(|path| !path.is_empty());
    while let Some(path) = rest {
        if here.is_some_and(|node| node.entry(path).is_some()) {
            parts.push(path);
            break;
        }
        let (part, after) = path.split_once('.').map_or((path, None), |(part, after)| (part, Some(after)));
        if part.is_empty() {
            return Err("a part between two dots is empty".to_owned());
        }
        here = here.and_then(|node| node.child(part));
        parts.push(part);
        rest = after;
    }
    Ok(parts)
}

/// What stands under a path, if anything does.
pub(crate) fn find<'a>(root: &'a Node, parts: &[&str]) -> Option<&'a Node> {
    parts.iter().try_fold(root, |node, part| node.child(part))
}

/// Puts a value under a path and makes the maps on the way; tells whether that changed anything.
pub(crate) fn set(root: &mut Node, parts: &[&str], node: Node) -> Result<bool, String> {
    if parts.len() + node.depth() > MAX_DEPTH {
        return Err(format!("more than {MAX_DEPTH} levels are too many"));
    }
    let mut here = root;
    for (index, part) in parts.iter().enumerate() {
        let (before, _) = parts.split_at(index);
        here = step(here, part).map_err(|reason| match before {
            [] => reason,
            before => format!("{} {reason}", quoted(&before.join("."))),
        })?;
    }
    if *here == node {
        return Ok(false);
    }
    *here = node;
    Ok(true)
}

/// One step down; a missing key or the position behind a list's end is made on the way.
fn step<'a>(node: &'a mut Node, part: &str) -> Result<&'a mut Node, String> {
    if node.is_null() {
        node.value = NodeValue::Map(Entries::new());
    }
    match &mut node.value {
        NodeValue::Scalar(_) => Err("is a single value and has no keys".to_owned()),
        NodeValue::List(items) => {
            let length = items.len();
            let index = position(part).filter(|index| *index <= length);
            let index =
                index.ok_or_else(|| format!("is a list of {length} and has no place {}", quoted(part)))?;
            if index == length {
                items.push(Node::null());
            }
            items.get_mut(index).ok_or_else(String::new)
        }
        NodeValue::Map(entries) => Ok(entries.node_or_null(part)),
    }
}

/// Removes what stands under a path; tells whether there was something.
pub(crate) fn delete(root: &mut Node, parts: &[&str]) -> bool {
    let Some((last, before)) = parts.split_last() else { return false };
    let mut here = root;
    for part in before {
        let Some(next) = child_mut(here, part) else { return false };
        here = next;
    }
    match &mut here.value {
        NodeValue::Scalar(_) => false,
        NodeValue::List(items) => {
            let index = position(last).filter(|index| *index < items.len());
            index.map(|index| items.remove(index)).is_some()
        }
        NodeValue::Map(entries) => entries.remove(last),
    }
}

fn child_mut<'a>(node: &'a mut Node, part: &str) -> Option<&'a mut Node> {
    match &mut node.value {
        NodeValue::Scalar(_) => None,
        NodeValue::List(items) => items.get_mut(position(part)?),
        NodeValue::Map(entries) => entries.node_mut(part),
    }
}
