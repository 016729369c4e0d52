# Answers as an app behind a load balancer can: well, with a redirect, or that there is nothing.
require "socket"

STATUSES = { "/up" => "200 OK", "/moved" => "301 Moved Permanently" }

server = TCPServer.new("0.0.0.0", Integer(ENV.fetch("PORT")))
loop do
  Thread.new(server.accept) do |client|
    path = client.gets.to_s.split[1]
    nil until [nil, "\r\n"].include?(client.gets)
    client.write("HTTP/1.1 #{STATUSES.fetch(path, "404 Not Found")}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    client.close
  end
end
