emit!(ctx, "level_changed", lamp = ctx.name().to_owned(), level = 40);

emit!(ctx, "exit");
