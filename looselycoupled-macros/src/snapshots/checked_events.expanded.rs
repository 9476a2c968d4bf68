const _: Expression = {
    let __event = ::looselycoupled::__private::announced::<
        crate::__AppMacroAtTheCrateRoot,
        _,
        {
            ::looselycoupled::__private::whole(
                ::looselycoupled::__private::with(
                    ::looselycoupled::__private::with(
                        ::looselycoupled::__private::known::<
                            crate::__AppMacroAtTheCrateRoot,
                        >("level_changed"),
                        "lamp",
                    ),
                    "level",
                ),
            )
        },
        {
            ::looselycoupled::__private::emission::<
                crate::__AppMacroAtTheCrateRoot,
            >("level_changed")
        },
    >();
    let (__names, mut __given) = __event.begin();
    __given.at(__names._lamp).put(ctx.name().to_owned());
    __given.at(__names._level).put(40);
    (ctx).emit_checked(&__event, __given)
};
const _: Expression = {
    let __event = ::looselycoupled::__private::announced::<
        crate::__AppMacroAtTheCrateRoot,
        _,
        {
            ::looselycoupled::__private::whole(
                ::looselycoupled::__private::known::<
                    crate::__AppMacroAtTheCrateRoot,
                >("exit"),
            )
        },
        {
            ::looselycoupled::__private::emission::<
                crate::__AppMacroAtTheCrateRoot,
            >("exit")
        },
    >();
    let (_, __given) = __event.begin();
    (ctx).emit_checked(&__event, __given)
};
