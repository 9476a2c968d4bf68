//! The typed calls that `exec!` and `enqueue!` make.

use super::table::Instance;
use crate::call::{Call, Enqueue};
use crate::metadata::ModuleIndex;
use crate::module::{Address, AppTable, Filling, Handle, Module, ModuleDescriptor, Slots, Task, Whereabouts};
use crate::router::Station;

impl Handle {
    /// What `exec!` makes.
    #[doc(hidden)]
    #[inline]
    pub fn exec_checked<I, T>(&self, _instance: &I, _task: &T, given: Filling<T::Arguments>) -> Call<T>
    where
        I: Instance<Module = T::Module>,
        T: Task<Arguments: Slots>,
    {
        let mut given = given;
        T::fill(&mut given.0);
        let labels = <T::Module as Module>::DESCRIPTOR;
        let station = match self.application.wired.find(I::table(), I::PLACE) {
            Whereabouts::At(index) => self.application.router.directory.station(index).cloned(),
            _ => None,
        };
        let station = station.unwrap_or_else(|| self.nowhere(I::table(), I::PLACE, labels));
        Call::new(Address::new(station), T::Arguments::close(given.0))
    }

    /// What `enqueue!` makes.
    #[doc(hidden)]
    #[inline]
    pub fn enqueue_checked<I, T>(&self, instance: &I, task: &T, given: Filling<T::Arguments>) -> Enqueue<T>
    where
        I: Instance<Module = T::Module>,
        T: Task<Arguments: Slots>,
    {
        self.exec_checked(instance, task, given).enqueue()
    }

    /// A place in another process; or one where nobody is: whatever is sent there is refused, and the refusal says why.
    #[cold]
    fn nowhere(&self, table: &'static AppTable, place: usize, labels: &'static ModuleDescriptor) -> Station {
        let name = table.names.get(place).copied().unwrap_or_default();
        let index = match self.application.wired.find(table, place) {
            Whereabouts::Played => ModuleIndex::PLAYED,
            _ if self.application.is_elsewhere(name) => ModuleIndex::ELSEWHERE,
            _ => ModuleIndex::ABSENT,
        };
        Station::away(&self.application.services, name, index, labels)
    }
}
