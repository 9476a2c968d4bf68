const _: Expression = {
    type __Emitter = <::looselycoupled::__private::InstanceOf<
        crate::__AppMacroAtTheCrateRoot,
        {
            ::looselycoupled::__private::emitter(
                <crate::__AppMacroAtTheCrateRoot as ::looselycoupled::__private::ListsInstances>::MODULES,
                "level_changed",
            )
        },
    > as ::looselycoupled::__private::Instance>::Module;
    const _: () = ::looselycoupled::__private::complete(
        ::looselycoupled::__private::Names::Fields(
            ::looselycoupled::__private::fields(
                <__Emitter as ::looselycoupled::__private::Module>::DESCRIPTOR,
                {
                    ::looselycoupled::__private::emission(
                        <__Emitter as ::looselycoupled::__private::Module>::DESCRIPTOR,
                        "level_changed",
                    )
                },
            ),
        ),
        "level_changed",
        &["lamp", "level"],
    );
    #[allow(unused_mut, reason = "an event may have no fields")]
    let mut __given = ::looselycoupled::__private::announced::<
        __Emitter,
        _,
        {
            ::looselycoupled::__private::emission(
                <__Emitter as ::looselycoupled::__private::Module>::DESCRIPTOR,
                "level_changed",
            )
        },
    >();
    __given
        .put::<
            {
                ::looselycoupled::__private::place(
                    ::looselycoupled::__private::Names::Fields(
                        ::looselycoupled::__private::fields(
                            <__Emitter as ::looselycoupled::__private::Module>::DESCRIPTOR,
                            {
                                ::looselycoupled::__private::emission(
                                    <__Emitter as ::looselycoupled::__private::Module>::DESCRIPTOR,
                                    "level_changed",
                                )
                            },
                        ),
                    ),
                    "level_changed",
                    "lamp",
                )
            },
        >(ctx.name().to_owned());
    __given
        .put::<
            {
                ::looselycoupled::__private::place(
                    ::looselycoupled::__private::Names::Fields(
                        ::looselycoupled::__private::fields(
                            <__Emitter as ::looselycoupled::__private::Module>::DESCRIPTOR,
                            {
                                ::looselycoupled::__private::emission(
                                    <__Emitter as ::looselycoupled::__private::Module>::DESCRIPTOR,
                                    "level_changed",
                                )
                            },
                        ),
                    ),
                    "level_changed",
                    "level",
                )
            },
        >(40);
    (ctx)
        .emit_checked::<
            __Emitter,
            _,
            {
                ::looselycoupled::__private::emission(
                    <__Emitter as ::looselycoupled::__private::Module>::DESCRIPTOR,
                    "level_changed",
                )
            },
        >(__given)
};
const _: Expression = {
    type __Emitter = <::looselycoupled::__private::InstanceOf<
        crate::__AppMacroAtTheCrateRoot,
        {
            ::looselycoupled::__private::emitter(
                <crate::__AppMacroAtTheCrateRoot as ::looselycoupled::__private::ListsInstances>::MODULES,
                "exit",
            )
        },
    > as ::looselycoupled::__private::Instance>::Module;
    const _: () = ::looselycoupled::__private::complete(
        ::looselycoupled::__private::Names::Fields(
            ::looselycoupled::__private::fields(
                <__Emitter as ::looselycoupled::__private::Module>::DESCRIPTOR,
                {
                    ::looselycoupled::__private::emission(
                        <__Emitter as ::looselycoupled::__private::Module>::DESCRIPTOR,
                        "exit",
                    )
                },
            ),
        ),
        "exit",
        &[],
    );
    #[allow(unused_mut, reason = "an event may have no fields")]
    let mut __given = ::looselycoupled::__private::announced::<
        __Emitter,
        _,
        {
            ::looselycoupled::__private::emission(
                <__Emitter as ::looselycoupled::__private::Module>::DESCRIPTOR,
                "exit",
            )
        },
    >();
    (ctx)
        .emit_checked::<
            __Emitter,
            _,
            {
                ::looselycoupled::__private::emission(
                    <__Emitter as ::looselycoupled::__private::Module>::DESCRIPTOR,
                    "exit",
                )
            },
        >(__given)
};
