const _: Expression = {
    type __Instance = ::looselycoupled::__private::InstanceOf<
        crate::__AppMacroAtTheCrateRoot,
        {
            ::looselycoupled::__private::instance::<
                crate::__AppMacroAtTheCrateRoot,
            >("hall_lamp")
        },
    >;
    type __Task = ::looselycoupled::__private::Nth<
        <__Instance as ::looselycoupled::__private::Instance>::Module,
        {
            ::looselycoupled::__private::called::<
                __Instance,
                _,
            >("hall_lamp", "set_level", "hall_lamp.set_level", ["level", "fade"])
        },
    >;
    #[allow(unused_mut, reason = "a task may take nothing")]
    let mut __given = ::looselycoupled::__private::Filling::<
        <__Task as ::looselycoupled::__private::Task>::Arguments,
    >::begin();
    __given
        .put::<
            {
                ::looselycoupled::__private::argument::<
                    __Task,
                >("hall_lamp.set_level", "level")
            },
        >(40);
    __given
        .put::<
            {
                ::looselycoupled::__private::argument::<
                    __Task,
                >("hall_lamp.set_level", "fade")
            },
        >(fade);
    (ctx).exec_checked::<__Instance, __Task>(__given)
};
const _: Expression = {
    type __Instance = ::lc::__private::InstanceOf<
        crate::__AppMacroAtTheCrateRoot,
        { ::lc::__private::instance::<crate::__AppMacroAtTheCrateRoot>("door") },
    >;
    type __Task = ::lc::__private::Nth<
        <__Instance as ::lc::__private::Instance>::Module,
        { ::lc::__private::called::<__Instance, _>("door", "open", "door.open", []) },
    >;
    #[allow(unused_mut, reason = "a task may take nothing")]
    let mut __given = ::lc::__private::Filling::<
        <__Task as ::lc::__private::Task>::Arguments,
    >::begin();
    (self.handle).enqueue_checked::<__Instance, __Task>(__given)
};
