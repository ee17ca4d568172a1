"""What the methods are used on: yearly series, victims, destinations, regional risk."""
