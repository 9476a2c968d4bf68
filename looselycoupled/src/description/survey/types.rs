//! The types of modules that this program has.

use super::modules::config;
use crate::description::TypeDescription;
use crate::registry::Registry;

pub(super) fn types() -> Vec<TypeDescription> {
    let registry = Registry::collect();
    let known = registry.all().iter().map(|registration| {
        let info = &registration.descriptor.info;
        let names = registry.names_of(registration);
        TypeDescription {
            name: names.first().cloned().unwrap_or_else(|| registration.name.to_owned()),
            listable: registration.factory.is_some() && !names.is_empty(),
            names,
            documentation: info.documentation.to_owned(),
            config: info.config.map(config),
            location: info.location.into(),
        }
    });
    known.collect()
}
