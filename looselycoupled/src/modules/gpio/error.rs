//! What can be wrong with lines.

use std::io;
use std::sync::Arc;

use super::Line;

/// Why a GPIO module cannot do what it is asked for.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum GpioError {
    /// The section knows no such line.
    #[error("no line `{line}` is configured; there are {known}")]
    UnknownLine {
        /// What was asked for.
        line: Line,
        /// The names that there are.
        known: String,
    },
    /// The line is an input.
    #[error("line `{0}` is an input, so nothing can be set there")]
    NotAnOutput(String),
    /// The line is an output.
    #[error("line `{0}` is an output; `get_output_state` tells what it does")]
    NotAnInput(String),
    /// Only simulated inputs do what they are told.
    #[error(
        "`{chip}` is a real device, whose inputs cannot be simulated; `driver: simulator` has those that can"
    )]
    NotSimulated {
        /// The chip.
        chip: String,
    },
    /// There is no such chip.
    #[error("no GPIO chip `{chip}`: {there}")]
    NoChip {
        /// The chip as the section names it.
        chip: String,
        /// Which there are.
        there: String,
    },
    /// The process may not use the chip.
    #[error(
        "no permission to use the GPIO chip `{chip}`: {source}; add the user to the group that owns it, often `gpio`"
    )]
    Denied {
        /// The chip.
        chip: String,
        /// What the operating system says.
        source: Arc<io::Error>,
    },
    /// The chip has no line of that name or number.
    #[error("the GPIO chip `{chip}` has no line `{line}`: {there}")]
    NoLine {
        /// The chip.
        chip: String,
        /// The line as the section names it.
        line: Line,
        /// Which there are.
        there: String,
    },
    /// Two names stand for one line.
    #[error("line {offset} of the GPIO chip `{chip}` is listed as `{first}` and as `{second}`")]
    Twice {
        /// The chip.
        chip: String,
        /// The line.
        offset: u32,
        /// One of its names.
        first: String,
        /// The other one.
        second: String,
    },
    /// Somebody else has the line.
    #[error("line `{line}` ({offset}) of the GPIO chip `{chip}` is in use by {consumer}")]
    Busy {
        /// The chip.
        chip: String,
        /// The name of the line in the section.
        line: String,
        /// The line.
        offset: u32,
        /// Who has it, as far as the kernel tells.
        consumer: String,
    },
    /// The kernel has no first version of the interface, and the driver no other.
    #[error(
        "the kernel offers no version 1 of the GPIO interface, which `driver: gpio-cdev` needs; use `driver: gpiocdev`"
    )]
    NoFirstVersion,
    /// The kernel offers only the first version of the interface.
    #[error(
        "the kernel offers no version 2 of the GPIO interface, which `driver: gpiocdev` needs; use `driver: gpio-cdev`"
    )]
    NoSecondVersion,
    /// The chip was there and is not any more.
    #[error("the GPIO chip `{chip}` is gone: {reason}")]
    Gone {
        /// The chip.
        chip: String,
        /// How it showed.
        reason: String,
    },
    /// The kernel refuses for another reason.
    #[error("the GPIO chip `{chip}` refuses {what}: {reason}")]
    Refused {
        /// The chip.
        chip: String,
        /// What was tried.
        what: String,
        /// What the kernel or the driver says.
        reason: String,
    },
    /// The hook that keeps time and tells of edges has panicked.
    #[error("the module has panicked; the policy `restart` has it made again")]
    Panicked,
    /// A name of digits stands for another line than the one of that number.
    #[error(
        "`{name}` is the name of line {offset}, but digits are the number of a line; give it another name"
    )]
    Digits {
        /// The name in the section.
        name: String,
        /// The line that it stands for.
        offset: u32,
    },
    /// The module has not been initialised.
    #[error("the GPIO chip is not open yet")]
    NotOpen,
    /// The device failed earlier, and the module has not been made again.
    #[error("out of order since: {0}; the policy `restart` has the module try again")]
    OutOfOrder(Arc<Self>),
}
