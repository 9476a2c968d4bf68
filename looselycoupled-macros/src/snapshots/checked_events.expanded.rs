const _: Expression = {
    type __Emitter = <::looselycoupled::__private::InstanceOf<
        crate::__AppMacroAtTheCrateRoot,
        {
            ::looselycoupled::__private::complete(
                ::looselycoupled::__private::given(
                    ::looselycoupled::__private::given(
                        ::looselycoupled::__private::known::<
                            crate::__AppMacroAtTheCrateRoot,
                        >("level_changed"),
                        "lamp",
                    ),
                    "level",
                ),
            )
        },
    > as ::looselycoupled::__private::Instance>::Module;
    let __event = ::looselycoupled::__private::announced::<
        __Emitter,
        _,
        { ::looselycoupled::__private::emission::<__Emitter>("level_changed") },
    >();
    let (__names, mut __given) = __event.begin();
    __given.at(__names._lamp).put(ctx.name().to_owned());
    __given.at(__names._level).put(40);
    (ctx).emit_checked(&__event, __given)
};
const _: Expression = {
    type __Emitter = <::looselycoupled::__private::InstanceOf<
        crate::__AppMacroAtTheCrateRoot,
        {
            ::looselycoupled::__private::complete(
                ::looselycoupled::__private::known::<
                    crate::__AppMacroAtTheCrateRoot,
                >("exit"),
            )
        },
    > as ::looselycoupled::__private::Instance>::Module;
    let __event = ::looselycoupled::__private::announced::<
        __Emitter,
        _,
        { ::looselycoupled::__private::emission::<__Emitter>("exit") },
    >();
    let (_, __given) = __event.begin();
    (ctx).emit_checked(&__event, __given)
};
