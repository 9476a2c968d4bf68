//! Making the modules that have been found to fit.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::check::Instance;
use super::code::FaultCode;
use super::faults::Faults;
use super::plan::{Planned, Source};
use crate::config::Config;
use crate::dispatch::Registration;
use crate::event_loop::Panic;
use crate::module::{Made, Maker, Settings};
use crate::supervision::Policy;
use crate::sync::Arc;

/// Reads the settings of an instance and makes it, unless something is at fault.
///
/// Where its section is misspelt it has none, and what it lacks is no further fault.
pub(super) fn make(
    planned: Planned,
    policies: &BTreeMap<String, Policy>,
    config: &Config,
    is_misspelt: bool,
    faults: &mut Faults,
) -> Option<Instance> {
    let Planned { name, descriptor, source, event_loop, on_thread, policy, .. } = planned;
    let read = descriptor.info.config.map(|of_type| (of_type.read)(config, &name)).transpose();
    let settings = match read {
        Err(_) if is_misspelt => None,
        read => Some(faults.keep_read(read)?),
    };
    let policy = policies.get(&*name).copied().map(Box::new).or(policy);
    let (made, maker) = match source {
        Source::Value(made) => (Some(made), None),
        Source::Factory(maker) => (None, Some(maker)),
        Source::Registered(found) => {
            let maker = found.factory.map(|factory| Box::new(factory) as Maker);
            if descriptor.info.pinned && found.factory.is_some() {
                // On its thread.
                (None, maker)
            } else {
                (Some(construct(&name, found, config, is_misspelt, faults)?), maker)
            }
        }
    };
    if matches!(policy.as_deref(), Some(Policy::Restart(_))) && maker.is_none() {
        faults.add(FaultCode::NoFactory, || format!(
            "module `{name}` has the policy `restart`, but was given as a value and cannot be made again; give a \
             factory, `module_with(\"{name}\", …)`, or list its type in the configuration"
        ));
    }
    let settings = settings?.map(Arc::from);
    Some(Instance { name, descriptor, made, maker, event_loop, on_thread, policy, settings })
}

fn construct(
    name: &str,
    found: Registration,
    config: &Config,
    is_misspelt: bool,
    faults: &mut Faults,
) -> Option<Made> {
    let Some(factory) = found.factory else {
        let of_type = found.descriptor.info.type_name;
        faults.add(FaultCode::NoConstructor, || format!(
            "module `{name}` cannot be made: `{of_type}` has neither `Default` nor a `#[new]`; give it one, or give \
             the instance in code"
        ));
        return None;
    };
    if is_misspelt {
        return None;
    }
    match catch_unwind(AssertUnwindSafe(|| factory(Settings { config, instance: name }))) {
        Ok(Ok(made)) => Some(made),
        Ok(Err(error)) => {
            faults.add(FaultCode::Constructor, || format!("module `{name}` cannot be made: {error}"));
            None
        }
        Err(payload) => {
            let said = Panic::from_payload(payload).message;
            faults.add(FaultCode::Constructor, || {
                format!("module `{name}` cannot be made: its constructor panicked: {said}")
            });
            None
        }
    }
}
