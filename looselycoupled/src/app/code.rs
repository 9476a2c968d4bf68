//! The codes of faults and lints: they stay, so that people can look them up and programs compare them.

use crate::code::codes;
use crate::config::FaultKind;

codes! {
    /// What sort of [`Fault`](crate::Fault) it is. `docs/errors.md` of the repository explains each, with a message as it is told.
    FaultCode, each of them "fault":
    /// A name that no module can have.
    ModuleName = "LC0101", "names that no module can have";
    /// A module of a type that is not registered.
    UnknownType = "LC0102", "modules of a type that is not registered";
    /// Several registered types answer to a name.
    AmbiguousType = "LC0103", "modules of which several types could be meant";
    /// One name for two modules.
    ListedTwice = "LC0104", "modules that are listed twice";
    /// A type that cannot be made from nothing.
    NoConstructor = "LC0105", "modules that cannot be made";
    /// A constructor failed.
    Constructor = "LC0106", "modules whose constructor failed";
    /// `app!` names an instance that is not listed.
    NotListed = "LC0107", "modules that `app!` names and nobody lists";
    /// An instance is of another type than `app!` says.
    OtherType = "LC0108", "modules of another type than `app!` says";
    /// `calls(…)` names an address that leads nowhere.
    NoTarget = "LC0109", "addresses in `calls(…)` that lead nowhere";
    /// A module does not implement the interface that `calls(…)` asks for.
    NotImplemented = "LC0110", "modules that lack an interface that `calls(…)` asks for";
    /// A key that nobody reads.
    UnknownKey = "LC0201", "keys that nobody reads";
    /// A key that is needed.
    MissingKey = "LC0202", "keys that are needed";
    /// A value that is not what its reader asks for.
    Value = "LC0203", "values that are not what their readers ask for";
    /// A key that stands twice.
    DuplicateKey = "LC0204", "keys that stand twice";
    /// A text that is no YAML, or too much of it.
    Syntax = "LC0205", "faults of the file";
    /// A file that cannot be read.
    Unreadable = "LC0206", "files that cannot be read";
    /// A section that belongs to no module.
    ForeignSection = "LC0207", "sections that belong to no module";
    /// A section that its module cannot read.
    UnreadSection = "LC0208", "sections that nobody reads";
    /// A setting of the framework that cannot be.
    Setting = "LC0209", "settings that cannot be";
    /// A name that no loop can have.
    LoopName = "LC0301", "names that no loop can have";
    /// One name for a module and for a shared loop.
    SharedName = "LC0302", "names of a module and of a shared loop";
    /// Settings for a loop on which nobody is.
    EmptyLoop = "LC0303", "loops that have settings, but no module is on them";
    /// A bound that leaves no room.
    NoRoom = "LC0304", "bounds that leave no room";
    /// A concurrent module on a shared loop.
    ConcurrentOnShared = "LC0305", "concurrent modules on shared loops";
    /// A limit of overlapping handlers where none overlap.
    NothingOverlaps = "LC0306", "loops of sequential modules with a limit of overlapping handlers";
    /// A pinned module on a loop that is to have no thread.
    NoThread = "LC0307", "loops of pinned modules without a thread";
    /// A concurrent module on a loop with a thread.
    ConcurrentOnThread = "LC0308", "loops of concurrent modules with a thread";
    /// A module that is to be on two loops.
    TwoLoops = "LC0309", "modules on two loops";
    /// A module that is to be on a loop and does not exist.
    NobodyToMove = "LC0310", "modules that are to be on a loop, but do not exist";
    /// A policy for a module that does not exist.
    NobodyToRestart = "LC0311", "policies of modules that do not exist";
    /// A module that is to be made again, and cannot.
    NoFactory = "LC0312", "modules that are to be made again and cannot be";
    /// Two types of events under one name.
    TwoEventTypes = "LC0401", "names of events that two types carry";
    /// A name that no event can have.
    EventName = "LC0402", "names that no event can have";
    /// A connection that cannot be made.
    Connection = "LC0403", "connections that cannot be made";
    /// A route that cannot be.
    Route = "LC0404", "routes that cannot be";
    /// A provider that cannot be.
    Provider = "LC0405", "providers that cannot be";
    /// The program ends with the first panic.
    PanicAborts = "LC0501", "programs that end with the first panic";
}

codes! {
    /// What sort of [`Lint`](crate::Lint) it is. `docs/errors.md` of the repository explains each, with a message as it is told.
    LintCode, each of them "lint":
    /// An event that a module handles, and that nobody is known to send.
    Unsent = "LC0601", "events that are handled and that nobody is known to send";
    /// An event that a module sends, and that nobody is known to hear.
    Unheard = "LC0602", "events that are sent and that nobody is known to hear";
    /// An address in code that leads nowhere.
    LeadsNowhere = "LC0603", "addresses in code that lead nowhere";
    /// A stub in code that does not fit the module.
    OtherStub = "LC0604", "stubs in code that do not fit their modules";
}

impl FaultCode {
    pub(super) fn of(kind: FaultKind) -> Self {
        match kind {
            FaultKind::UnknownKey => Self::UnknownKey,
            FaultKind::MissingKey => Self::MissingKey,
            FaultKind::DuplicateKey => Self::DuplicateKey,
            FaultKind::Value => Self::Value,
            FaultKind::Unreadable | FaultKind::Unwritable => Self::Unreadable,
            FaultKind::Syntax | FaultKind::Limit | FaultKind::Path => Self::Syntax,
        }
    }
}
