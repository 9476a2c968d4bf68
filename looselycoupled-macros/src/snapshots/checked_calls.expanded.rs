const _: Expression = {
    let __instance = ::looselycoupled::__private::instance::<
        crate::__AppMacroAtTheCrateRoot,
        {
            ::looselycoupled::__private::complete(
                ::looselycoupled::__private::given(
                    ::looselycoupled::__private::given(
                        ::looselycoupled::__private::called::<
                            crate::__AppMacroAtTheCrateRoot,
                        >("hall_lamp", "set_level", "hall_lamp.set_level"),
                        "level",
                    ),
                    "fade",
                ),
            )
        },
    >();
    let __task = __instance.task(__instance.tasks()._set_level);
    let (__names, mut __given) = __task.begin();
    __given.at(__names._level).put(40);
    __given.at(__names._fade).put(fade);
    (ctx).exec_checked(&__instance, &__task, __given)
};
const _: Expression = {
    let __instance = ::lc::__private::instance::<
        crate::__AppMacroAtTheCrateRoot,
        {
            ::lc::__private::complete(
                ::lc::__private::called::<
                    crate::__AppMacroAtTheCrateRoot,
                >("door", "open", "door.open"),
            )
        },
    >();
    let __task = __instance.task(__instance.tasks()._open);
    let (_, __given) = __task.begin();
    (self.handle).enqueue_checked(&__instance, &__task, __given)
};
