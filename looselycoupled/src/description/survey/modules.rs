//! The modules of an application.

use std::convert::Infallible;

use crate::description::schema::of_type;
use crate::description::{
    BodyKind, ConfigDescription, HandlerDescription, HeardBy, ModuleDescription, ParameterDescription,
    TaskDescription,
};
use crate::lifecycle::Phase;
use crate::metadata::ModuleIndex;
use crate::module::{
    Application, ConfigInfo, HandlerDescriptor, ModuleDescriptor, ParameterInfo, SubscriptionInfo,
    TaskDescriptor, TaskKind,
};
use crate::router::Station;
use crate::schema::Direction;
use crate::supervision::Supervisor;

pub(super) fn modules(application: &Application) -> Vec<ModuleDescription> {
    let stations = (0_u32..).map(ModuleIndex::new).zip(application.router.directory.stations());
    let known = stations.zip(&application.descriptors);
    known.map(|((index, station), descriptor)| module(application, index, station, descriptor)).collect()
}

fn module(
    application: &Application,
    index: ModuleIndex,
    station: &Station,
    descriptor: &ModuleDescriptor,
) -> ModuleDescription {
    let name = &*station.tenant().name;
    let info = &descriptor.info;
    ModuleDescription {
        name: name.to_owned(),
        type_name: info.type_name.to_owned(),
        documentation: info.documentation.to_owned(),
        phase: Phase::of(station.tenant()),
        event_loop: station.event_loop.name().to_string(),
        thread: station.event_loop.has_thread(),
        concurrent: info.concurrent,
        pinned: info.pinned,
        policy: Supervisor::policy(application, index),
        config: info.config.map(config),
        tasks: descriptor.tasks.iter().map(|known| task(name, known)).collect(),
        handlers: descriptor.handlers.iter().map(handler).collect(),
        emits: info.emits.iter().map(|known| known.name.to_owned()).collect(),
        location: info.location.into(),
    }
}

pub(super) fn config(info: ConfigInfo) -> ConfigDescription {
    let type_name = (info.type_name)();
    let schema = of_type(info.schema, Direction::In, type_name);
    ConfigDescription { type_name: type_name.to_owned(), schema }
}

fn task(module: &str, descriptor: &TaskDescriptor) -> TaskDescription {
    let info = &descriptor.info;
    let error = Some((descriptor.error)()).filter(|error| *error != std::any::type_name::<Infallible>());
    TaskDescription {
        name: info.name.to_owned(),
        address: format!("{module}.{}", info.name),
        documentation: info.documentation.to_owned(),
        parameters: info.parameters.iter().map(parameter).collect(),
        result: info.value.to_owned(),
        result_schema: of_type(info.value_schema, Direction::Out, info.value),
        error: error.map(str::to_owned),
        kind: info.kind.into(),
        timeout: info.timeout,
        local: descriptor.named.is_none(),
        location: info.location.into(),
    }
}

fn handler(descriptor: &HandlerDescriptor) -> HandlerDescription {
    let info = &descriptor.info;
    let (by, fields) = match &info.subscription {
        SubscriptionInfo::Typed(_) => (HeardBy::Type, &[][..]),
        SubscriptionInfo::Named { fields, .. } => (HeardBy::Name, *fields),
        SubscriptionInfo::Pattern(_) => (HeardBy::Pattern, &[][..]),
    };
    HandlerDescription {
        method: info.method.to_owned(),
        documentation: info.documentation.to_owned(),
        hears: info.subscription.pattern().to_owned(),
        by,
        fields: fields.iter().map(parameter).collect(),
        kind: info.kind.into(),
        group: info.listener.group.map(str::to_owned),
        location: info.location.into(),
    }
}

fn parameter(info: &ParameterInfo) -> ParameterDescription {
    ParameterDescription {
        name: info.name.to_owned(),
        type_name: info.type_name.to_owned(),
        required: info.required,
        default: info.default.map(str::to_owned),
        schema: of_type(info.schema, Direction::In, info.type_name),
    }
}

impl From<TaskKind> for BodyKind {
    fn from(kind: TaskKind) -> Self {
        match kind {
            TaskKind::Async => Self::Async,
            TaskKind::Sync => Self::Plain,
            TaskKind::Blocking => Self::Blocking,
        }
    }
}
