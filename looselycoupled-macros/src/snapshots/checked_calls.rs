exec!(ctx, "hall_lamp.set_level", level = 40, fade);

enqueue!(self.handle, "door.open", crate = ::lc);
