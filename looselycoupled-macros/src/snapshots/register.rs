register!(Meter<Bme> as "MeterBme");
